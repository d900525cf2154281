import { createApp } from 'vue'
import App from './App.vue'
import './styles.ts'

createApp(App).mount('#app')
